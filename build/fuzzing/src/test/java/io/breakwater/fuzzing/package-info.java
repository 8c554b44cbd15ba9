@NullMarked
package io.breakwater.fuzzing;

import org.jspecify.annotations.NullMarked;
