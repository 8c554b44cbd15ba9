/** Specifies what is found of a secret. */
@NullMarked
package io.breakwater.loadtest.secrecy;

import org.jspecify.annotations.NullMarked;
