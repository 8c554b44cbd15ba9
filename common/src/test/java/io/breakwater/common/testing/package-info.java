/** What the tests of several modules need. */
@NullMarked
package io.breakwater.common.testing;

import org.jspecify.annotations.NullMarked;
