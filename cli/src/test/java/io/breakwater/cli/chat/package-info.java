@NullMarked
package io.breakwater.cli.chat;

import org.jspecify.annotations.NullMarked;
