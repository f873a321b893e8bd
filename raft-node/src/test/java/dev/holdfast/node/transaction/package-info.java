/** Tests of transactions through their real coordinators, over real partitions. */
@NullMarked
package dev.holdfast.node.transaction;

import org.jspecify.annotations.NullMarked;
