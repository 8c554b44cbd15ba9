/** Tests. */
@NullMarked
package io.breakwater.cli.status;

import org.jspecify.annotations.NullMarked;
