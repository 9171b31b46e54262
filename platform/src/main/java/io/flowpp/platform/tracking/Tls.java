package io.flowpp.platform.tracking;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are trusted: those of the authorities that Java knows, those of one file
 * instead, or, where that is said in so many words, anybody's. The variables are MLflow's own.
 */
final class Tls {
  static final String AUTHORITIES = "MLFLOW_TRACKING_SERVER_CERT_PATH";
  static final String INSECURE = "MLFLOW_TRACKING_INSECURE_TLS";
  private static final String CLIENT = "MLFLOW_TRACKING_CLIENT_CERT_PATH";

  private final @Nullable SSLContext context;
  private final boolean insecure;

  private Tls(@Nullable SSLContext context, boolean insecure) {
    this.context = context;
    this.insecure = insecure;
  }

  static Tls system() {
    return new Tls(null, false);
  }

  static Tls from(Map<String, String> environment) {
    String file = environment.getOrDefault(AUTHORITIES, "");
    boolean insecure = isInsecure(environment.getOrDefault(INSECURE, ""));
    if (!environment.getOrDefault(CLIENT, "").isEmpty()) {
      throw fault(
          CLIENT,
          "certificates of clients are not supported",
          "unset it, and log in by a password or a token");
    }
    if (insecure && !file.isEmpty()) {
      throw fault(
          INSECURE,
          "asks to trust anybody, and " + AUTHORITIES + " to trust one file",
          "unset one of them");
    }
    try {
      if (insecure) {
        return new Tls(context(new TrustManager[] {new TrustAnybody()}), true);
      }
      return file.isEmpty() ? system() : new Tls(context(trusting(Path.of(file))), false);
    } catch (IOException | GeneralSecurityException | InvalidPathException e) {
      throw new UserFault(
          ExitCode.USAGE,
          "tracking-tls",
          file + " cannot be read as certificates: " + e.getMessage(),
          AUTHORITIES,
          "name a PEM file with the certificates of the authorities to trust",
          e);
    }
  }

  /** Empty for Java's own. */
  Optional<SSLContext> context() {
    return Optional.ofNullable(context);
  }

  /** Whether anybody in between could read the login. */
  boolean isInsecure() {
    return insecure;
  }

  private static boolean isInsecure(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "", "false", "0" -> false;
      default -> throw fault(INSECURE, "is '" + value + "'", "use true or false");
    };
  }

  private static TrustManager[] trusting(Path file) throws IOException, GeneralSecurityException {
    if (!Files.isRegularFile(file)) {
      throw fault(
          AUTHORITIES,
          "there is no file " + file,
          "name a PEM file with the certificates of the authorities to trust");
    }
    Collection<? extends Certificate> certificates;
    try (InputStream in = Files.newInputStream(file)) {
      certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
    if (certificates.isEmpty()) {
      throw fault(
          AUTHORITIES,
          file + " holds no certificate",
          "name a PEM file with the certificates of the authorities to trust");
    }
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      trusted.setCertificateEntry("authority-" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private static SSLContext context(TrustManager[] trust) throws GeneralSecurityException {
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(null, trust, null);
    return made;
  }

  private static UserFault fault(String where, String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, "tracking-tls", message, where, suggestion);
  }
}
