@NullMarked
package io.breakwater.client.store;

import org.jspecify.annotations.NullMarked;
