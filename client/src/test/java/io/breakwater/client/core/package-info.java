@NullMarked
package io.breakwater.client.core;

import org.jspecify.annotations.NullMarked;
