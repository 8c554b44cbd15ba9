/** What the command says, without a stack. */
@NullMarked
package io.breakwater.loadtest.surge.run;

import org.jspecify.annotations.NullMarked;
