@NullMarked
package io.breakwater.loadtest.surge.report.page;

import org.jspecify.annotations.NullMarked;
