@NullMarked
package io.breakwater.loadtest.bench.load;

import org.jspecify.annotations.NullMarked;
