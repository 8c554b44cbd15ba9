@NullMarked
package io.breakwater.client;

import org.jspecify.annotations.NullMarked;
