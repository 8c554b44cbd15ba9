/** Specifies the text and its comparison. */
@NullMarked
package io.breakwater.loadtest.text;

import org.jspecify.annotations.NullMarked;
