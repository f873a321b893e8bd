@NullMarked
package dev.holdfast.protocol.model;

import org.jspecify.annotations.NullMarked;
