/** Tests of the network of hosts. */
@NullMarked
package io.breakwater.loadtest.network;

import org.jspecify.annotations.NullMarked;
