@NullMarked
package io.breakwater.loadtest.bench.report;

import org.jspecify.annotations.NullMarked;
