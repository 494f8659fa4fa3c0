// Runs in the jail, beside Maven's own libraries: from dependencies to jars, as Maven would.
//
//     JvmResolve REQUEST REPORT REPOSITORY
//
// It uses the resolver and the model builder that Maven is made of and no part of Maven that runs
// plugins or extensions: a pom is data here, whoever wrote it. The request has a line for each
// thing, its fields separated by tabs:
//
//     repository  id url user password snapshots      where artifacts come from; "" is no user
//     header      id name value                       sent to that repository alone
//     authority   file                                PEM certificates to trust
//     own         group:artifact:version file         a pom of the repository under test
//     root        group:artifact:version yes|no       an own pom whose dependencies are wanted,
//                                                     and whether those of scope test are
//     package     group:artifact:version              one more dependency
//     highest                                         Gradle's rule for conflicts
//     copy        path sha256 group:artifact:extension:classifier:version name
//
// With `copy` lines it only fills /opt/java/deps, and reports jars with annotation processors; else
// it writes what it resolved to the report.

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipFile;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.eclipse.aether.AbstractRepositoryListener;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryEvent;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.collection.CollectResult;
import org.eclipse.aether.collection.DependencyCollectionException;
import org.eclipse.aether.connector.basic.BasicRepositoryConnectorFactory;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.DependencyNode;
import org.eclipse.aether.impl.DefaultServiceLocator;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.repository.WorkspaceReader;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.eclipse.aether.resolution.ArtifactDescriptorException;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.ArtifactDescriptorResult;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.VersionRangeRequest;
import org.eclipse.aether.resolution.VersionRangeResolutionException;
import org.eclipse.aether.spi.connector.RepositoryConnectorFactory;
import org.eclipse.aether.spi.connector.transport.AbstractTransporter;
import org.eclipse.aether.spi.connector.transport.GetTask;
import org.eclipse.aether.spi.connector.transport.PeekTask;
import org.eclipse.aether.spi.connector.transport.PutTask;
import org.eclipse.aether.spi.connector.transport.Transporter;
import org.eclipse.aether.spi.connector.transport.TransporterFactory;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.graph.transformer.ConflictResolver;
import org.eclipse.aether.util.graph.transformer.JavaScopeDeriver;
import org.eclipse.aether.util.graph.transformer.JavaScopeSelector;
import org.eclipse.aether.util.graph.transformer.SimpleOptionalitySelector;
import org.eclipse.aether.util.repository.SimpleArtifactDescriptorPolicy;
import org.eclipse.aether.util.repository.SimpleResolutionErrorPolicy;
import org.eclipse.aether.util.version.GenericVersionScheme;
import org.eclipse.aether.version.InvalidVersionSpecificationException;
import org.eclipse.aether.version.Version;

public final class JvmResolve {
    private static final GenericVersionScheme VERSIONS = new GenericVersionScheme();

    private final List<RemoteRepository> repositories = new ArrayList<>();
    private final Map<String, Map<String, String>> headers = new HashMap<>();
    private final Map<String, String> own = new HashMap<>();
    private final Map<String, Boolean> roots = new LinkedHashMap<>();
    private final List<String> packages = new ArrayList<>();
    private final List<String[]> copies = new ArrayList<>();
    private final Set<String> lines = Collections.synchronizedSet(new LinkedHashSet<>());
    private final Map<String, Artifact> stand = new ConcurrentHashMap<>();
    private boolean highest;
    private boolean snapshots;
    private SSLContext trust;
    private RepositorySystem system;
    private DefaultRepositorySystemSession session;

    public static void main(String[] arguments) throws Exception {
        JvmResolve work = new JvmResolve();
        Path request = Path.of(arguments[0]);
        for (Path each : List.of(request.resolveSibling("registries.tsv"), request)) {
            for (String line : Files.readAllLines(each, StandardCharsets.UTF_8)) {
                work.take(line.split("\t", -1));
            }
        }
        work.open(arguments[2]);
        try {
            work.run(Path.of(arguments[2]));
        } catch (Trouble trouble) {
            System.err.println(trouble.getMessage());
            System.exit(1);
        }
        Files.write(Path.of(arguments[1]), work.lines, StandardCharsets.UTF_8);
        System.exit(0);
    }

    /** What ends the work, in words for the reader. */
    private static final class Trouble extends Exception {
        Trouble(String message) {
            super(message);
        }
    }

    // --- the request -------------------------------------------------------------------------

    private void take(String[] field) throws Exception {
        switch (field[0]) {
            case "repository" -> repository(field);
            case "header" ->
                headers.computeIfAbsent(field[1], id -> new HashMap<>()).put(field[2], field[3]);
            case "authority" -> trust = trusting(Path.of(field[1]));
            case "own" -> own.put(field[1], field[2]);
            case "root" -> roots.put(field[1], field[2].equals("yes"));
            case "package" -> packages.add(field[1]);
            case "highest" -> highest = true;
            case "copy" -> copies.add(field);
            default -> { }
        }
    }

    private void repository(String[] field) {
        RepositoryPolicy releases = policy(true);
        boolean unstable = field[5].equals("yes");
        snapshots |= unstable;
        repositories.add(
            new RemoteRepository.Builder(field[1], "default", field[2])
                .setReleasePolicy(releases)
                .setSnapshotPolicy(policy(unstable))
                .build());
        if (!field[3].isEmpty()) {
            byte[] pair = (field[3] + ":" + field[4]).getBytes(StandardCharsets.UTF_8);
            headers.computeIfAbsent(field[1], id -> new HashMap<>())
                .put("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
    }

    private static RepositoryPolicy policy(boolean enabled) {
        return new RepositoryPolicy(
            enabled, RepositoryPolicy.UPDATE_POLICY_ALWAYS, RepositoryPolicy.CHECKSUM_POLICY_FAIL);
    }

    private static SSLContext trusting(Path bundle) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : certificates(Files.readString(bundle))) {
            store.setCertificateEntry("authority" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static List<Certificate> certificates(String text) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> found = new ArrayList<>();
        String begin = "-----BEGIN CERTIFICATE-----";
        String end = "-----END CERTIFICATE-----";
        for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
            int last = text.indexOf(end, at);
            if (last < 0) {
                break;
            }
            byte[] one = text.substring(at, last + end.length()).getBytes(StandardCharsets.US_ASCII);
            try {
                found.add(factory.generateCertificate(new java.io.ByteArrayInputStream(one)));
            } catch (CertificateException broken) {
                continue; // bundles hold certificates that Java does not read; others stand
            }
        }
        return found;
    }

    // --- Maven's resolver --------------------------------------------------------------------

    private void open(String local) {
        DefaultServiceLocator locator = MavenRepositorySystemUtils.newServiceLocator();
        locator.addService(
            RepositoryConnectorFactory.class, BasicRepositoryConnectorFactory.class);
        locator.setServices(TransporterFactory.class, new Web());
        system = locator.getService(RepositorySystem.class);
        session = MavenRepositorySystemUtils.newSession();
        session.setLocalRepositoryManager(
            system.newLocalRepositoryManager(session, new LocalRepository(local)));
        session.setSystemProperties(properties());
        session.setIgnoreArtifactDescriptorRepositories(true);
        session.setArtifactDescriptorPolicy(new SimpleArtifactDescriptorPolicy(true, true));
        session.setResolutionErrorPolicy(new SimpleResolutionErrorPolicy(false, false));
        session.setUpdatePolicy(RepositoryPolicy.UPDATE_POLICY_ALWAYS);
        session.setChecksumPolicy(RepositoryPolicy.CHECKSUM_POLICY_FAIL);
        session.setConfigProperty("aether.connector.basic.threads", 8);
        session.setConfigProperty("aether.metadataResolver.threads", 8);
        session.setConfigProperty("aether.dependencyCollector.impl", "bf");
        if (highest) {
            session.setDependencyGraphTransformer(gradles());
        }
        session.setRepositoryListener(new Listener());
        session.setWorkspaceReader(new Tree());
    }

    /** What profiles of poms may ask: nothing of the environment, and only of this Java. */
    private static Map<String, String> properties() {
        Map<String, String> found = new HashMap<>();
        for (String name : List.of(
            "java.version", "java.home", "java.vendor", "java.specification.version",
            "os.name", "os.arch", "os.version", "file.separator", "path.separator")) {
            found.put(name, System.getProperty(name));
        }
        return found;
    }

    private static ConflictResolver gradles() {
        return new ConflictResolver(
            new ConflictResolver.VersionSelector() {
                @Override
                public void selectVersion(ConflictResolver.ConflictContext context) {
                    ConflictResolver.ConflictItem best = null;
                    for (ConflictResolver.ConflictItem item : context.getItems()) {
                        Version version = item.getNode().getVersion();
                        if (best == null || version == null
                            || version.compareTo(best.getNode().getVersion()) > 0) {
                            best = item;
                        }
                    }
                    context.setWinner(best);
                }
            },
            new JavaScopeSelector(), new SimpleOptionalitySelector(), new JavaScopeDeriver());
    }

    /** The poms of the repository under test, and releases in the place of lost snapshots. */
    private final class Tree implements WorkspaceReader {
        private final WorkspaceRepository repository = new WorkspaceRepository("tree");

        @Override
        public WorkspaceRepository getRepository() {
            return repository;
        }

        @Override
        public File findArtifact(Artifact artifact) {
            String name = name(artifact);
            if (own.containsKey(name)) {
                // The classes are made from the sources; any file says that they exist.
                return new File(own.get(name));
            }
            if (!artifact.getVersion().endsWith("-SNAPSHOT")) {
                return null;
            }
            Artifact found = standing(artifact);
            return found == null ? null : found.getFile();
        }

        @Override
        public List<String> findVersions(Artifact artifact) {
            List<String> found = new ArrayList<>();
            String start = artifact.getGroupId() + ":" + artifact.getArtifactId() + ":";
            for (String name : own.keySet()) {
                if (name.startsWith(start)) {
                    found.add(name.substring(start.length()));
                }
            }
            return found;
        }
    }

    private static String name(Artifact artifact) {
        return artifact.getGroupId() + ":" + artifact.getArtifactId() + ":" + artifact.getVersion();
    }

    /** A snapshot itself where its registry is there, else the release that is nearest to it. */
    private Artifact standing(Artifact artifact) {
        String key = artifact + "";
        if (stand.containsKey(key)) {
            return stand.get(key);
        }
        DefaultRepositorySystemSession plain = new DefaultRepositorySystemSession(session);
        plain.setWorkspaceReader(null);
        try {
            if (snapshots) {
                Artifact found = system.resolveArtifact(plain, request(artifact)).getArtifact();
                stand.put(key, found);
                return found;
            }
        } catch (ArtifactResolutionException absent) {
            // goes on with a release
        }
        try {
            String version = nearest(plain, artifact);
            if (version == null) {
                return null;
            }
            Artifact release = artifact.setVersion(version);
            release = system.resolveArtifact(plain, request(release)).getArtifact();
            stand.put(key, release);
            say("note", artifact.getGroupId() + ":" + artifact.getArtifactId() + " "
                + artifact.getVersion() + " is in no registry: " + version + " stands for it");
            return release;
        } catch (ArtifactResolutionException | VersionRangeResolutionException absent) {
            return null;
        }
    }

    private String nearest(RepositorySystemSession plain, Artifact artifact)
        throws VersionRangeResolutionException {
        Artifact all = artifact.setVersion("[0,)");
        List<Version> found = system.resolveVersionRange(
            plain, new VersionRangeRequest(all, repositories, null)).getVersions();
        Version wanted;
        try {
            wanted = VERSIONS.parseVersion(artifact.getVersion());
        } catch (InvalidVersionSpecificationException broken) {
            return null;
        }
        String best = null;
        for (Version version : found) {
            String text = version.toString();
            if ((text + "-SNAPSHOT").equals(artifact.getVersion())) {
                return text; // what it became
            }
            boolean release = text.matches("[0-9.]+(\\.Final|\\.RELEASE|-jre|\\.GA)?");
            if (release && (best == null || version.compareTo(wanted) < 0)) {
                best = text;
            }
        }
        return best;
    }

    private ArtifactRequest request(Artifact artifact) {
        return new ArtifactRequest(artifact, repositories, null);
    }

    private final class Listener extends AbstractRepositoryListener {
        @Override
        public void artifactDescriptorInvalid(RepositoryEvent event) {
            say("note", "the pom of " + event.getArtifact() + " is not valid: "
                + first(event.getException()));
        }

        @Override
        public void artifactResolved(RepositoryEvent event) {
            if (event.getFile() == null && event.getArtifact().getExtension().equals("pom")) {
                say("absent", name(event.getArtifact()));
            }
        }
    }

    private void say(String... field) {
        List<String> clean = new ArrayList<>();
        for (String text : field) {
            clean.add(text == null ? "" : text.replaceAll("[\\t\\r\\n]+", " "));
        }
        lines.add(String.join("\t", clean));
    }

    private static String first(Throwable thrown) {
        String text = String.valueOf(thrown == null ? "" : thrown.getMessage());
        return text.lines().findFirst().orElse("");
    }

    // --- the work ----------------------------------------------------------------------------

    private void run(Path local) throws Exception {
        if (!copies.isEmpty()) {
            for (String[] field : copies) {
                copy(local, field);
            }
            return;
        }
        CollectRequest wanted = new CollectRequest();
        wanted.setRepositories(repositories);
        Map<String, Dependency> managed = new LinkedHashMap<>();
        for (Map.Entry<String, Boolean> root : roots.entrySet()) {
            ArtifactDescriptorResult read = descriptor(root.getKey());
            for (Dependency dependency : read.getDependencies()) {
                if (root.getValue() || !dependency.getScope().equals(JavaScopes.TEST)) {
                    wanted.addDependency(dependency);
                }
            }
            for (Dependency dependency : read.getManagedDependencies()) {
                Artifact of = dependency.getArtifact();
                managed.putIfAbsent(of.getGroupId() + ":" + of.getArtifactId() + ":"
                    + of.getExtension() + ":" + of.getClassifier(), dependency);
            }
        }
        for (String name : packages) {
            wanted.addDependency(new Dependency(versioned(name, managed), JavaScopes.COMPILE));
        }
        wanted.setManagedDependencies(new ArrayList<>(managed.values()));
        fetch(local, collect(wanted));
    }

    /** group:artifact[:extension[:classifier]]:version; without a version, the managed one. */
    private Artifact versioned(String name, Map<String, Dependency> managed) {
        String[] part = name.split(":");
        if (part.length > 2) {
            return new DefaultArtifact(name);
        }
        Dependency known = managed.get(part[0] + ":" + part[1] + ":jar:");
        String version = known == null ? "[0,)" : known.getArtifact().getVersion();
        return new DefaultArtifact(part[0], part[1], "jar", version);
    }

    private ArtifactDescriptorResult descriptor(String root) throws Trouble {
        DefaultRepositorySystemSession strict = new DefaultRepositorySystemSession(session);
        strict.setArtifactDescriptorPolicy(new SimpleArtifactDescriptorPolicy(false, false));
        ArtifactDescriptorRequest request = new ArtifactDescriptorRequest(
            new DefaultArtifact(root), repositories, null);
        try {
            return system.readArtifactDescriptor(strict, request);
        } catch (ArtifactDescriptorException broken) {
            throw troubled(broken);
        }
    }

    private Trouble troubled(Throwable thrown) {
        Set<String> said = new LinkedHashSet<>();
        for (Throwable at = thrown; at != null && said.size() < 6; at = at.getCause()) {
            said.add(String.valueOf(at.getMessage()));
        }
        for (String line : lines) {
            if (line.startsWith("absent\t")) {
                said.add("absent: " + line.substring(7));
            }
        }
        return new Trouble(String.join("\n", said));
    }

    private DependencyNode collect(CollectRequest wanted) throws Trouble {
        CollectResult result;
        try {
            result = system.collectDependencies(session, wanted);
        } catch (DependencyCollectionException broken) {
            for (Exception cause : broken.getResult().getExceptions()) {
                if (broken.getResult().getRoot() == null || !absent(cause)) {
                    throw troubled(cause);
                }
            }
            result = broken.getResult();
        }
        if (result.getRoot() == null) {
            throw new Trouble("the dependencies could not be read");
        }
        return result.getRoot();
    }

    private void fetch(Path local, DependencyNode root) throws Exception {
        Map<String, DependencyNode> found = new LinkedHashMap<>();
        List<DependencyNode> level = root.getChildren();
        while (!level.isEmpty()) {
            List<DependencyNode> next = new ArrayList<>();
            for (DependencyNode node : level) {
                if (node.getArtifact() != null && found.putIfAbsent(key(node), node) == null) {
                    next.addAll(node.getChildren());
                }
            }
            level = next;
        }
        List<ArtifactRequest> requests = new ArrayList<>();
        for (DependencyNode node : found.values()) {
            requests.add(request(node.getArtifact()));
        }
        Collection<ArtifactResult> results;
        try {
            results = system.resolveArtifacts(session, requests);
        } catch (ArtifactResolutionException some) {
            results = some.getResults();
        }
        int number = 0;
        List<DependencyNode> nodes = new ArrayList<>(found.values());
        for (ArtifactResult result : results) {
            tell(local, nodes.get(number++), result);
        }
    }

    private static String key(DependencyNode node) {
        Artifact of = node.getArtifact();
        return of.getGroupId() + ":" + of.getArtifactId() + ":" + of.getExtension() + ":"
            + of.getClassifier();
    }

    private void tell(Path local, DependencyNode node, ArtifactResult result) throws Exception {
        String scope = node.getDependency() == null ? "" : node.getDependency().getScope();
        Artifact asked = node.getArtifact();
        if (own.containsKey(name(asked))) {
            say("own", name(asked), scope, asked.getClassifier());
            return;
        }
        if (result.isMissing() || !result.isResolved()) {
            for (Exception cause : result.getExceptions()) {
                if (!absent(cause)) {
                    throw troubled(cause);
                }
            }
            say("missing", asked + "", scope);
            return;
        }
        Artifact of = stand.getOrDefault(asked + "", result.getArtifact());
        Path file = of.getFile().toPath();
        String coordinates = of.getGroupId() + ":" + of.getArtifactId() + ":" + of.getExtension()
            + ":" + of.getClassifier() + ":" + of.getVersion();
        say("jar", coordinates, scope, local.relativize(file) + "", hash(file));
    }

    private static boolean absent(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof ArtifactNotFoundException) {
                return true;
            }
            if (at instanceof VersionRangeResolutionException && at.getCause() == null) {
                return true;
            }
        }
        return false;
    }

    private void copy(Path local, String[] field) throws Exception {
        Path file = local.resolve(field[1]);
        if (!Files.isRegularFile(file) || !hash(file).equals(field[2])) {
            Files.deleteIfExists(file);
            String[] part = field[3].split(":", -1);
            Artifact wanted = new DefaultArtifact(part[0], part[1], part[3], part[2], part[4]);
            try {
                session.setWorkspaceReader(null);
                file = system.resolveArtifact(session, request(wanted)).getArtifact().getFile()
                    .toPath();
            } catch (ArtifactResolutionException lost) {
                throw troubled(lost);
            }
            if (!hash(file).equals(field[2])) {
                throw new Trouble(field[3] + " is not the file that was resolved: the registry "
                    + "gives another one now");
            }
        }
        Path target = Path.of("/opt/java/deps", field[4]);
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        try (ZipFile jar = new ZipFile(file.toFile())) {
            if (jar.getEntry("META-INF/services/javax.annotation.processing.Processor") != null) {
                lines.add(field[4]);
            }
        } catch (IOException broken) {
            return; // what is no jar has no processors; the compiler says what it is
        }
    }

    private static String hash(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] chunk = new byte[65536];
            for (int size = stream.read(chunk); size >= 0; size = stream.read(chunk)) {
                digest.update(chunk, 0, size);
            }
        }
        StringBuilder text = new StringBuilder();
        for (byte each : digest.digest()) {
            text.append(String.format("%02x", each));
        }
        return text.toString();
    }

    // --- HTTP, through the proxy that the supervisor names ------------------------------------

    private final class Web implements TransporterFactory {
        @Override
        public Transporter newInstance(RepositorySystemSession any, RemoteRepository repository) {
            return new Http(repository);
        }

        @Override
        public float getPriority() {
            return 100;
        }
    }

    private static final class Answer extends IOException {
        final int status;

        Answer(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final class Http extends AbstractTransporter {
        private final RemoteRepository repository;

        Http(RemoteRepository repository) {
            this.repository = repository;
        }

        @Override
        public int classify(Throwable error) {
            boolean absent = error instanceof Answer answer
                && (answer.status == 404 || answer.status == 410);
            return absent ? ERROR_NOT_FOUND : ERROR_OTHER;
        }

        @Override
        protected void implPeek(PeekTask task) throws Exception {
            connect(task.getLocation()).getInputStream().close();
        }

        @Override
        protected void implGet(GetTask task) throws Exception {
            HttpURLConnection connection = connect(task.getLocation());
            utilGet(task, connection.getInputStream(), true, connection.getContentLengthLong(), false);
        }

        @Override
        protected void implPut(PutTask task) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implClose() { }

        private HttpURLConnection connect(URI place) throws IOException {
            String base = repository.getUrl();
            URI target = URI.create(base.endsWith("/") ? base : base + "/").resolve(place);
            IOException last = null;
            for (int tries = 0; tries < 2; tries++) {
                try {
                    return follow(target);
                } catch (Answer answer) {
                    if (answer.status < 500) {
                        throw answer;
                    }
                    last = answer;
                } catch (IOException trouble) {
                    last = trouble;
                }
            }
            throw last;
        }

        private HttpURLConnection follow(URI target) throws IOException {
            URI first = target;
            for (int hops = 0; hops < 5; hops++) {
                HttpURLConnection connection = open(target, first);
                int status = connection.getResponseCode();
                if (status == 200) {
                    return connection;
                }
                String next = connection.getHeaderField("Location");
                if (status / 100 != 3 || next == null) {
                    throw new Answer(status, "HTTP " + status + " from " + place(target));
                }
                target = target.resolve(next);
            }
            throw new Answer(310, "too many redirects from " + place(first));
        }

        private HttpURLConnection open(URI target, URI first) throws IOException {
            URI proxy = URI.create(System.getenv("HTTP_PROXY"));
            HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection(
                new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), proxy.getPort())));
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(20_000);
            connection.setReadTimeout(60_000);
            connection.setRequestProperty("User-Agent", "doc-healing");
            if (connection instanceof HttpsURLConnection secure && trust != null) {
                secure.setSSLSocketFactory(trust.getSocketFactory());
            }
            if (target.getAuthority().equals(first.getAuthority())
                && target.getScheme().equals(first.getScheme())) {
                headers.getOrDefault(repository.getId(), Map.of())
                    .forEach(connection::setRequestProperty);
            }
            return connection;
        }

        private String place(URI target) {
            return target.getScheme() + "://" + target.getHost() + target.getPath();
        }
    }
}
