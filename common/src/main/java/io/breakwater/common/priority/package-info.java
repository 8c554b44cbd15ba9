/** What comes first when not everything can: {@link io.breakwater.common.priority.Priority}. */
@NullMarked
package io.breakwater.common.priority;

import org.jspecify.annotations.NullMarked;
