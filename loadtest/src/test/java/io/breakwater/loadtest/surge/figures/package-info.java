@NullMarked
package io.breakwater.loadtest.surge.figures;

import org.jspecify.annotations.NullMarked;
