@NullMarked
package io.breakwater.loadtest.bench.phone;

import org.jspecify.annotations.NullMarked;
