/** The shell around the lanes. */
@NullMarked
package io.breakwater.delivery.node;

import org.jspecify.annotations.NullMarked;
