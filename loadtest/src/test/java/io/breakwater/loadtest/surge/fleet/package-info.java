@NullMarked
package io.breakwater.loadtest.surge.fleet;

import org.jspecify.annotations.NullMarked;
