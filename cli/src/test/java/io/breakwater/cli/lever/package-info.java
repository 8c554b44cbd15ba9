@NullMarked
package io.breakwater.cli.lever;

import org.jspecify.annotations.NullMarked;
