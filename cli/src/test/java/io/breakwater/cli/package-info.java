/** The rules about this module as a whole. */
@NullMarked
package io.breakwater.cli;

import org.jspecify.annotations.NullMarked;
