"""The sandbox's cluster is killed in every way, repaired, and removed: on a second sandbox, beside the one that is in use."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="namespaces and control groups need root on Linux"
)
ADDRESS = "10.249.7.2"
INTERFACE = "railbed-0af907"
WATCHED = ("/var/lib", "/var/log", "/run", "/opt", "/etc", "/usr/local", "/srv")
PODS = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: notes}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: strict, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: Service
metadata: {name: notes}
spec: {type: NodePort, selector: {app: notes}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: notes}
spec:
  serviceName: notes
  selector: {matchLabels: {app: notes}}
  template:
    metadata: {labels: {app: notes}}
    spec:
      terminationGracePeriodSeconds: 1
      securityContext: {runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: notes
        image: railbed.sandbox/pause:1
        command: [/bin/sh, -c, "date >> /notes/starts; echo started; exec busybox httpd -f -p 8080 -h /notes"]
        readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
        volumeMounts: [{name: notes, mountPath: /notes}]
      volumes: [{name: notes, persistentVolumeClaim: {claimName: notes}}]
"""


class Sandbox:
    """A cluster with a state directory and a network of its own."""

    def __init__(self, state: Path) -> None:
        self.directory = state / "cluster"
        self.environment = os.environ | {
            "RAILBED_SANDBOX_STATE": str(state),
            "RAILBED_SANDBOX_NETWORK": "10.249.7.0/24",
            "KUBECONFIG": str(self.directory / "certificates" / "admin.kubeconfig"),
        }

    def start(self, what: str) -> subprocess.Popen[str]:
        code = f"from sandbox import cluster; {what}"
        return subprocess.Popen(
            [sys.executable, "-c", code], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, what: str) -> None:
        running = self.start(what)
        output, _ = running.communicate(timeout=400)
        assert running.returncode == 0, output

    def kubectl(self, *arguments: str, document: str | None = None) -> str:
        command = [str(self.directory / "bin" / "kubectl"), *arguments]
        done = subprocess.run(command, env=self.environment, input=document, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def first_process(self) -> int:
        return int(json.loads((self.directory / "node.json").read_text())["pid"])

    def daemons(self) -> dict[str, dict[str, int]]:
        return dict(json.loads((self.directory / "daemons.json").read_text()))


@pytest.fixture(scope="module")
def machine_before() -> dict[str, object]:
    return machine()


@pytest.fixture(scope="module")
def sandbox(machine_before: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    it = Sandbox(tmp_path_factory.mktemp("state"))
    try:
        it.run("cluster.up()")
        it.kubectl("apply", "-f", "-", document=PODS)
        it.kubectl("rollout", "status", "statefulset/notes", "--timeout=180s")
        yield it
    finally:
        it.run("cluster.down()")


def machine() -> dict[str, object]:
    """What `down` has to leave as it was."""

    def output(*command: str) -> list[str]:
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return sorted(line for line in lines if not re.search(r"^#|railbed-0af300|10\.243\.0|/run/netns", line))

    groups = [group for group in Path("/sys/fs/cgroup").rglob("*0af907*") if group.is_dir()]
    return {
        "mounts": output("cat", "/proc/self/mounts"),
        "interfaces": output("ls", "/sys/class/net"),
        "routes": output("ip", "route"),
        "rules": output("iptables-save", "-t", "nat"),
        "groups": [str(group) for group in groups],
        "settings": output("sysctl", "vm.overcommit_memory", "vm.panic_on_oom", "kernel.panic", "kernel.panic_on_oops"),
        "folders": [str(entry) for folder in WATCHED for entry in Path(folder).iterdir()],
    }


def eventually(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.2)


def starts() -> int:
    """How often the pod was started, as it tells at its node port: this reads the volume, through a Service."""
    return len(read(ADDRESS, 30080).splitlines())


def read(address: str, port: int) -> str:
    connection = HTTPConnection(address, port, timeout=2)
    try:
        connection.request("GET", "/starts")
        return connection.getresponse().read().decode()
    except OSError:
        return ""


def test_a_healthy_cluster_is_left_alone(sandbox: Sandbox) -> None:
    before = sandbox.first_process(), sandbox.daemons()
    sandbox.run("cluster.up()")
    assert (sandbox.first_process(), sandbox.daemons()) == before


def test_pods_answer_logs_and_exec(sandbox: Sandbox) -> None:
    assert "started" in sandbox.kubectl("logs", "notes-0")
    assert sandbox.kubectl("exec", "notes-0", "--", "id", "-u").strip() == "1000"
    eventually(lambda: starts() >= 1)


def test_a_missing_image_is_told(sandbox: Sandbox) -> None:
    sandbox.kubectl("run", "absent", "--image=railbed.sandbox/absent:1")
    reason = "jsonpath={.status.containerStatuses[0].state.waiting.reason}"
    eventually(lambda: sandbox.kubectl("get", "pod", "absent", "-o", reason) in {"ErrImagePull", "ImagePullBackOff"})
    sandbox.kubectl("delete", "pod", "absent", "--wait=false")


def test_a_volume_grows_and_goes_with_its_claim(sandbox: Sandbox) -> None:
    volume = sandbox.kubectl("get", "pvc", "notes", "-o", "jsonpath={.spec.volumeName}")
    assert (sandbox.directory / "volumes" / volume / "starts").exists()
    sandbox.kubectl("patch", "pvc", "notes", "--patch", '{"spec": {"resources": {"requests": {"storage": "2Gi"}}}}')
    eventually(lambda: sandbox.kubectl("get", "pvc", "notes", "-o", "jsonpath={.status.capacity.storage}") == "2Gi")


def test_a_load_balancer_gets_an_address_that_answers(sandbox: Sandbox) -> None:
    sandbox.kubectl("patch", "service", "notes", "--patch", '{"spec": {"type": "LoadBalancer"}}')
    ingress = "jsonpath={.status.loadBalancer.ingress[0].ip}"
    eventually(lambda: sandbox.kubectl("get", "service", "notes", "-o", ingress) == "10.249.7.128")
    eventually(lambda: bool(read("10.249.7.128", 80)))


def test_names_resolve_in_pods(sandbox: Sandbox) -> None:
    answer = sandbox.kubectl("exec", "notes-0", "--", "nslookup", "notes.default.svc.cluster.local")
    assert sandbox.kubectl("get", "service", "notes", "-o", "jsonpath={.spec.clusterIP}") in answer


def test_a_killed_daemon_is_started_again(sandbox: Sandbox) -> None:
    first = sandbox.first_process()
    children = Path("/proc", str(first), "task", str(first), "children").read_text().split()
    etcd = next(child for child in children if Path("/proc", child, "comm").read_text().strip() == "etcd")
    os.kill(int(etcd), signal.SIGKILL)
    eventually(lambda: sandbox.daemons()["etcd"]["starts"] == 2 and sandbox.daemons()["etcd"]["running"] == 1)
    sandbox.run("cluster.up()")
    assert sandbox.first_process() == first


def test_a_killed_node_comes_back_with_its_data(sandbox: Sandbox) -> None:
    eventually(lambda: starts() >= 1)
    before = starts()
    os.kill(sandbox.first_process(), signal.SIGKILL)
    sandbox.run("cluster.up()")
    eventually(lambda: starts() == before + 1)


def test_a_restarted_machine_is_no_trouble(sandbox: Sandbox) -> None:
    """A restart leaves files whose process number is another's by now; here also groups and an interface are in the way."""
    os.kill(sandbox.first_process(), signal.SIGKILL)
    eventually(lambda: not Path("/sys/class/net", INTERFACE).exists())
    bystander = subprocess.Popen(["sleep", "600"])
    (sandbox.directory / "node.json").write_text(json.dumps({"pid": bystander.pid, "started": 1}))
    subprocess.run(["ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", "stale-peer"], check=True)
    sandbox.run("cluster.up()")
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()
    sandbox.kubectl("rollout", "status", "statefulset/notes", "--timeout=180s")


def test_a_lost_interface_is_repaired(sandbox: Sandbox) -> None:
    subprocess.run(["ip", "link", "delete", INTERFACE], check=True)
    sandbox.run("cluster.up()")
    eventually(lambda: starts() >= 1)


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.2, 2.5, 5.0])
def test_an_up_killed_half_way_is_completed_by_the_next(sandbox: Sandbox, seconds: float) -> None:
    os.kill(sandbox.first_process(), signal.SIGKILL)
    starting = sandbox.start("cluster.up()")
    time.sleep(seconds)
    starting.kill()
    starting.communicate()
    sandbox.run("cluster.up()")
    sandbox.kubectl("rollout", "status", "statefulset/notes", "--timeout=180s")


def test_two_ups_at_once_agree(sandbox: Sandbox) -> None:
    os.kill(sandbox.first_process(), signal.SIGKILL)
    both = [sandbox.start("cluster.up()") for _ in range(2)]
    assert [one.communicate()[0] and one.returncode for one in both] == [0, 0]


def test_down_leaves_nothing_and_up_starts_empty(sandbox: Sandbox, machine_before: dict[str, object]) -> None:
    first = sandbox.first_process()
    sandbox.run("cluster.down()")
    assert not Path("/proc", str(first)).exists()
    assert not sandbox.directory.exists()
    assert machine() == machine_before
    sandbox.run("cluster.down()")
    first_up = sandbox.start("cluster.up()")
    eventually((sandbox.directory / "daemons.json").exists)
    first_up.kill()
    first_up.communicate()
    sandbox.run("cluster.up()")
    assert "notes" not in sandbox.kubectl("get", "pods,pvc,pv")
    sandbox.kubectl("get", "storageclass/local")
    sandbox.kubectl("get", "--namespace=kube-system", "service/kube-dns")
