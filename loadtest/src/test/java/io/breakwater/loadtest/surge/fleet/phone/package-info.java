@NullMarked
package io.breakwater.loadtest.surge.fleet.phone;

import org.jspecify.annotations.NullMarked;
