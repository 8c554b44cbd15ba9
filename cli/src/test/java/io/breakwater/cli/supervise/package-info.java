/** Restarts on virtual time, and real children under supervision. */
@NullMarked
package io.breakwater.cli.supervise;

import org.jspecify.annotations.NullMarked;
