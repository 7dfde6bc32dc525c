"""Says to the service, through openstacksdk, what its users say, and prints what came back as one JSON object.

The credentials and the region come from the environment, as after `source openrc`.
"""

import json
import sys

import openstack
from openstack import exceptions, resource

connection = openstack.connect()
network = connection.network
report = {}


def told(name, read):
    """Keeps what the SDK read, under a name."""
    report[name] = read.to_dict()
    return read


def refused(name, call, *arguments, **attributes):
    """Keeps the class and the words of an exception, under a name."""
    try:
        call(*arguments, **attributes)
    except exceptions.SDKException as error:
        report[name] = {"class": type(error).__name__, "message": str(error)}
    else:
        report[name] = None


def ids(resources):
    return [each.id for each in resources]


def asked(collection, **query):
    """The ids in a list that is asked for with a filter, as the SDK's session sends it."""
    answer = network.get(f"/vpn/{collection}", params=query)
    return [each["id"] for each in next(iter(answer.json().values()))]


# The networks below, found as the SDK finds them: by id first, then in the list.
public = next(iter(network.networks(is_router_external=True)))
report["external"] = ids(network.networks(is_router_external=True))
office = told("network", network.create_network(name="sdk-office", is_admin_state_up=True))
subnet = told(
    "subnet",
    network.create_subnet(name="sdk-office-v4", network_id=office.id, ip_version=4, cidr="10.51.0.0/24"),
)
router = told(
    "router",
    network.create_router(name="sdk-edge", external_gateway_info={"network_id": public.id}),
)
report["interface"] = network.add_interface_to_router(router, subnet_id=subnet.id)
report["found"] = {
    "network": network.find_network("sdk-office").id == office.id,
    "subnet": network.find_subnet("sdk-office-v4").id == subnet.id,
    "router": network.find_router("sdk-edge").id == router.id,
    "by id": network.find_router(router.id).name,
    "nothing": network.find_network("sdk-nothing"),
}
report["ports"] = [port.fixed_ips for port in network.ports(device_id=router.id)]
told("network changed", network.update_network(office, name="sdk-office-b", description="third floor"))
office = network.get_network(office.id)

# The five VPN resources.
service = told("service", network.create_vpn_service(name="sdk-vpn", router_id=router.id, is_admin_state_up=True))
ike = told("ike", network.create_vpn_ikepolicy(name="sdk-ike", ike_version="v2", pfs="group14"))
ipsec = told("ipsec", network.create_vpn_ipsecpolicy(name="sdk-ipsec", lifetime={"value": 7200}))
here = told("here", network.create_vpn_endpoint_group(name="sdk-here", type="subnet", endpoints=[subnet.id]))
there = told("there", network.create_vpn_endpoint_group(name="sdk-there", type="cidr", endpoints=["10.151.0.0/24"]))
tunnel = told(
    "connection",
    network.create_vpn_ipsec_site_connection(
        name="sdk-tunnel",
        vpnservice_id=service.id,
        ikepolicy_id=ike.id,
        ipsecpolicy_id=ipsec.id,
        local_ep_group_id=here.id,
        peer_ep_group_id=there.id,
        peer_address="198.51.100.51",
        peer_id="198.51.100.51",
        psk="correct-horse",
    ),
)
report["found in the VPN"] = {
    "service": network.find_vpn_service("sdk-vpn").id == service.id,
    "ike": network.find_vpn_ikepolicy("sdk-ike").id == ike.id,
    "ipsec": network.find_vpn_ipsecpolicy("sdk-ipsec").id == ipsec.id,
    "group": network.find_vpn_endpoint_group("sdk-there").id == there.id,
    "connection": network.find_vpn_ipsec_site_connection("sdk-tunnel").id == tunnel.id,
    "nothing": network.find_vpn_ipsec_site_connection("sdk-nothing"),
}
# This release knows no filters of VPN resources; these are what later ones send.
report["asked for"] = {
    "services of the router": asked("vpnservices", router_id=router.id) == [service.id],
    "services of none": asked("vpnservices", router_id=public.id),
    "services that are up": asked("vpnservices", name="sdk-vpn", admin_state_up=True) == [service.id],
    "services that are down": asked("vpnservices", name="sdk-vpn", admin_state_up=False),
    "groups of a type": asked("endpoint-groups", name="sdk-here", endpoint_type="subnet") == [here.id],
    "connections to a peer": asked("ipsec-site-connections", peer_address="198.51.100.51") == [tunnel.id],
    "connections to none": asked("ipsec-site-connections", peer_address="198.51.100.52"),
}
report["listed"] = {
    "networks": ids(network.networks(name="sdk-office-b", is_admin_state_up=True)) == [office.id],
    "subnets": ids(network.subnets(network_id=office.id, ip_version=4)) == [subnet.id],
    "routers": ids(network.routers(name="sdk-edge")) == [router.id],
    "services": service.id in ids(network.vpn_services()),
    "ike": ike.id in ids(network.vpn_ikepolicies()),
    "ipsec": ipsec.id in ids(network.vpn_ipsecpolicies()),
    "groups": {here.id, there.id} <= set(ids(network.vpn_endpoint_groups())),
    "connections": tunnel.id in ids(network.vpn_ipsec_site_connections()),
}
told("service changed", network.update_vpn_service(service, name="sdk-vpn-b", description="gate"))
told("group changed", network.update_vpn_endpoint_group(there, description="far"))
told("connection changed", network.update_vpn_ipsec_site_connection(tunnel, name="sdk-tunnel-b", psk="another-horse"))
told("connection read", network.get_vpn_ipsec_site_connection(tunnel.id))
spare = network.create_vpn_ikepolicy(name="sdk-spare")
told("ike changed", network.update_vpn_ikepolicy(spare, lifetime={"value": 4000}))
network.delete_vpn_ikepolicy(spare)
refused("ike in use", network.delete_vpn_ikepolicy, ike)
refused("group of nonsense", network.create_vpn_endpoint_group, type="cidr", endpoints=["1.0.0.0/33"])
refused("gone", network.get_vpn_ikepolicy, spare.id)
refused("deleted twice", network.delete_vpn_ikepolicy, spare.id, ignore_missing=False)
network.delete_vpn_ikepolicy(spare.id)

# Pages: the SDK follows the links, and asks once more where there is none.
pages = [network.create_vpn_ikepolicy(name=f"sdk-page-{number}") for number in range(5)]
report["paged"] = sorted(ids(network.vpn_ikepolicies(limit=2))) == sorted(ids(network.vpn_ikepolicies()))
report["pages"] = set(ids(pages)) <= set(ids(network.vpn_ikepolicies(limit=2)))
for page in pages:
    network.delete_vpn_ikepolicy(page)

# Quotas of the project.
project = connection.current_project_id
before = network.get_quota(project).networks
told("quota", network.update_quota(project, networks=77))
report["quota read"] = network.get_quota(project).networks
network.delete_quota(project)
report["quota again"] = network.get_quota(project).networks == before

report["extensions"] = sorted(each.alias for each in network.extensions())

# Everything goes. What it was made of is free as soon as the connection is not found any more.
network.delete_vpn_ipsec_site_connection(tunnel)
resource.wait_for_delete(network, tunnel, interval=1, wait=30)
for group in (here, there):
    network.delete_vpn_endpoint_group(group)
network.delete_vpn_ipsecpolicy(ipsec)
network.delete_vpn_ikepolicy(ike)
network.delete_vpn_service(service)
network.remove_interface_from_router(router, subnet_id=subnet.id)
network.delete_router(router)
network.delete_subnet(subnet)
network.delete_network(office)
report["left"] = {
    "networks": [each.name for each in network.networks(name="sdk-office-b")],
    "connections": ids(network.vpn_ipsec_site_connections()),
}

json.dump(report, sys.stdout, default=str)
