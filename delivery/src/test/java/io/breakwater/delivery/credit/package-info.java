@NullMarked
package io.breakwater.delivery.credit;

import org.jspecify.annotations.NullMarked;
