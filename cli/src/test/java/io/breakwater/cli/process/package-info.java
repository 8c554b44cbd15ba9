/** Real children, logs and pipes. */
@NullMarked
package io.breakwater.cli.process;

import org.jspecify.annotations.NullMarked;
