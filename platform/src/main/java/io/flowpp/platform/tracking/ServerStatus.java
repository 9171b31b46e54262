package io.flowpp.platform.tracking;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The managed server as it is now.
 *
 * @param uri null when no server runs
 * @param pid null when no server runs
 * @param version of MLflow; null before its environment is made
 * @param login whether it wants one
 * @param passwordFile of the user {@code admin}; null without login
 */
public record ServerStatus(
    @JsonProperty("uri") @Nullable URI uri,
    @JsonProperty("pid") @Nullable Long pid,
    @JsonProperty("version") @Nullable String version,
    @JsonProperty("healthy") boolean healthy,
    @JsonProperty("login") boolean login,
    @JsonProperty("password_file") @Nullable Path passwordFile) {}
