/**
 * What must not be found in what an operator reads. {@link io.breakwater.loadtest.secrecy.Secrets}
 * is the way in; knows bytes and files only.
 */
@NullMarked
package io.breakwater.loadtest.secrecy;

import org.jspecify.annotations.NullMarked;
