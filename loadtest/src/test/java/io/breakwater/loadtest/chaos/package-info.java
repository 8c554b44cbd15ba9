/** Specifies what a campaign is told and what it reports. */
@NullMarked
package io.breakwater.loadtest.chaos;

import org.jspecify.annotations.NullMarked;
