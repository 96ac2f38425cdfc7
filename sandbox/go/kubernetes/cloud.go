package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

const (
	provisioner   = "railbed.sandbox/local"
	ofEKS         = "ebs.csi.aws.com" // asked by the storage class that a rehearsed cluster brings, the default while it is there
	askedOf       = "volume.kubernetes.io/storage-provisioner"
	provisionedBy = "pv.kubernetes.io/provisioned-by"
)

// cloud gives the cluster what a cloud would: volumes (folders of the node) and addresses for load balancers.
type cloud struct {
	client    kubernetes.Interface
	node      string
	volumes   string
	addresses netip.Prefix
	informers informers.SharedInformerFactory
}

func newCloudCommand() *cobra.Command {
	var it cloud
	var kubeconfig, addresses string
	command := &cobra.Command{Use: "cloud", SilenceUsage: true, RunE: func(command *cobra.Command, _ []string) error {
		config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
		if err != nil {
			return err
		}
		if it.addresses, err = netip.ParsePrefix(addresses); err != nil {
			return err
		}
		it.client = kubernetes.NewForConfigOrDie(config)
		it.informers = informers.NewSharedInformerFactory(it.client, time.Minute)
		return it.run(command.Context())
	}}
	command.Flags().StringVar(&kubeconfig, "kubeconfig", "", "how to reach the API server")
	command.Flags().StringVar(&it.node, "node", "", "the node that holds the volumes")
	command.Flags().StringVar(&it.volumes, "volumes", "", "the folder that holds the volumes")
	command.Flags().StringVar(&addresses, "load-balancer-addresses", "", "the network that load balancers' addresses are from")
	return command
}

// run puts everything right whenever anything changes: a sandbox is small enough to look at all of it each time.
func (it *cloud) run(ctx context.Context) error {
	changed := make(chan struct{}, 1)
	notify := func(any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	handler := cache.ResourceEventHandlerFuncs{AddFunc: notify, UpdateFunc: func(_, now any) { notify(now) }, DeleteFunc: notify}
	core := it.informers.Core().V1()
	for _, informer := range []cache.SharedIndexInformer{
		core.PersistentVolumeClaims().Informer(), core.PersistentVolumes().Informer(), core.Services().Informer(),
	} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	it.informers.Storage().V1().StorageClasses().Informer()
	it.informers.Start(ctx.Done())
	it.informers.WaitForCacheSync(ctx.Done())
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
		if err := errors.Join(it.provideVolumes(ctx), it.removeVolumes(ctx), it.provideAddresses(ctx)); err != nil {
			klog.Error(err)
			time.AfterFunc(time.Second, func() { notify(nil) })
		}
	}
}

func (it *cloud) provideVolumes(ctx context.Context) (problems error) {
	claims, err := it.informers.Core().V1().PersistentVolumeClaims().Lister().List(labels.Everything())
	if err != nil {
		return err
	}
	for _, claim := range claims {
		switch {
		case claim.DeletionTimestamp != nil:
		case claim.Spec.VolumeName != "":
			problems = errors.Join(problems, it.expand(ctx, claim))
		case claim.Annotations[askedOf] == provisioner, claim.Annotations[askedOf] == ofEKS:
			problems = errors.Join(problems, it.provide(ctx, claim))
		}
	}
	return problems
}

func (it *cloud) provide(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	class, err := it.informers.Storage().V1().StorageClasses().Lister().Get(*claim.Spec.StorageClassName)
	if err != nil {
		return err
	}
	name := "pvc-" + string(claim.UID)
	folder := filepath.Join(it.volumes, name)
	// A new block device of a cloud belongs to root and holds lost+found: what works with this works there.
	if err := os.MkdirAll(filepath.Join(folder, "lost+found"), 0o755); err != nil {
		return err
	}
	volume := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: provisioner}},
		Spec: corev1.PersistentVolumeSpec{
			AccessModes:                   claim.Spec.AccessModes,
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage]},
			StorageClassName:              class.Name,
			PersistentVolumeReclaimPolicy: *class.ReclaimPolicy,
			MountOptions:                  class.MountOptions,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: folder}},
			ClaimRef: &corev1.ObjectReference{
				Kind: "PersistentVolumeClaim", APIVersion: "v1", Namespace: claim.Namespace, Name: claim.Name,
				UID: claim.UID, ResourceVersion: claim.ResourceVersion,
			},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{
					{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{it.node}},
				},
			}}}},
		},
	}
	_, err = it.client.CoreV1().PersistentVolumes().Create(ctx, volume, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// expand grants a larger claim: a folder has no size of its own.
func (it *cloud) expand(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	asked := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	if given, known := claim.Status.Capacity[corev1.ResourceStorage]; !known || asked.Cmp(given) <= 0 {
		return nil
	}
	volume, err := it.informers.Core().V1().PersistentVolumes().Lister().Get(claim.Spec.VolumeName)
	if err != nil || volume.Annotations[provisionedBy] != provisioner {
		return err
	}
	volume = volume.DeepCopy()
	volume.Spec.Capacity[corev1.ResourceStorage] = asked
	if _, err := it.client.CoreV1().PersistentVolumes().Update(ctx, volume, metav1.UpdateOptions{}); err != nil {
		return err
	}
	claim = claim.DeepCopy()
	claim.Status.Capacity[corev1.ResourceStorage] = asked
	_, err = it.client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, metav1.UpdateOptions{})
	return err
}

func (it *cloud) removeVolumes(ctx context.Context) (problems error) {
	volumes, err := it.informers.Core().V1().PersistentVolumes().Lister().List(labels.Everything())
	if err != nil {
		return err
	}
	for _, volume := range volumes {
		if volume.Annotations[provisionedBy] != provisioner || volume.Spec.Local == nil ||
			volume.Status.Phase != corev1.VolumeReleased || volume.DeletionTimestamp != nil ||
			volume.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimDelete {
			continue
		}
		if filepath.Dir(volume.Spec.Local.Path) != it.volumes {
			problems = errors.Join(problems, fmt.Errorf("volume %s is not a folder in %s: left alone", volume.Name, it.volumes))
			continue
		}
		if err := os.RemoveAll(volume.Spec.Local.Path); err != nil {
			problems = errors.Join(problems, err)
			continue
		}
		err := it.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			problems = errors.Join(problems, err)
		}
	}
	return problems
}

func (it *cloud) provideAddresses(ctx context.Context) (problems error) {
	services, err := it.informers.Core().V1().Services().Lister().List(labels.Everything())
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, service := range services {
		for _, ingress := range service.Status.LoadBalancer.Ingress {
			taken[ingress.IP] = true
		}
	}
	for _, service := range services {
		wanted := service.Spec.Type == corev1.ServiceTypeLoadBalancer
		given := len(service.Status.LoadBalancer.Ingress) > 0
		if wanted == given || service.Spec.LoadBalancerClass != nil || service.DeletionTimestamp != nil {
			continue
		}
		service = service.DeepCopy()
		service.Status.LoadBalancer = corev1.LoadBalancerStatus{}
		if wanted {
			address := it.addresses.Addr()
			for taken[address.String()] {
				address = address.Next()
			}
			if !it.addresses.Contains(address) {
				return errors.Join(problems, errors.New("every load balancer address is taken"))
			}
			taken[address.String()] = true
			service.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: address.String()}}
		}
		_, err := it.client.CoreV1().Services(service.Namespace).UpdateStatus(ctx, service, metav1.UpdateOptions{})
		problems = errors.Join(problems, err)
	}
	return problems
}
