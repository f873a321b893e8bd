@NullMarked
package dev.holdfast.protocol.codec;

import org.jspecify.annotations.NullMarked;
