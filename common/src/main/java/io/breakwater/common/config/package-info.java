/**
 * Reads typed configuration from the environment and reports every error together.
 *
 * <p>The way in is {@link io.breakwater.common.config.Settings}.
 */
@NullMarked
package io.breakwater.common.config;

import org.jspecify.annotations.NullMarked;
