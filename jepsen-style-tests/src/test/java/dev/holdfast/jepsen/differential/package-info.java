/** Compares our answers with those of DynamoDB Local, item by item and error by error. */
@NullMarked
package dev.holdfast.jepsen.differential;

import org.jspecify.annotations.NullMarked;
