/** Specifies how results are shown. */
@NullMarked
package io.breakwater.loadtest.chaos.report;

import org.jspecify.annotations.NullMarked;
