/** Can the tests find mistakes at all? */
@NullMarked
package dev.holdfast.jepsen.planted;

import org.jspecify.annotations.NullMarked;
