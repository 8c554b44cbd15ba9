@NullMarked
package io.breakwater.loadtest.bench.profile;

import org.jspecify.annotations.NullMarked;
