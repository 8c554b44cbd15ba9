@NullMarked
package io.breakwater.loadtest.surge.fleet.who;

import org.jspecify.annotations.NullMarked;
