@NullMarked
package io.breakwater.loadtest.surge.fleet.play;

import org.jspecify.annotations.NullMarked;
