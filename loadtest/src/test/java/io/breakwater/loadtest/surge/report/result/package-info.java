@NullMarked
package io.breakwater.loadtest.surge.report.result;

import org.jspecify.annotations.NullMarked;
