@NullMarked
package dev.holdfast.protocol.command;

import org.jspecify.annotations.NullMarked;
