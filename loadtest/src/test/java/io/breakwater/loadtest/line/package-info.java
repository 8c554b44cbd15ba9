@NullMarked
package io.breakwater.loadtest.line;

import org.jspecify.annotations.NullMarked;
