@NullMarked
package io.breakwater.loadtest.bench.measure;

import org.jspecify.annotations.NullMarked;
