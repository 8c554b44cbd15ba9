@NullMarked
package io.breakwater.loadtest.surge.report;

import org.jspecify.annotations.NullMarked;
