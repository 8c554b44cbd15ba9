@NullMarked
package io.breakwater.loadtest.bench.site;

import org.jspecify.annotations.NullMarked;
