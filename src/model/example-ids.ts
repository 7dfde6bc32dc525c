/**
 * The ids in the examples of documents. All examples tell of one cloud: the network of one object is the network that
 * another stands in, so that a reader, and a test with objects of its own, can put them together.
 */
export const exampleIds = {
  project: '5f0e1d2c3b4a49588776655443322110',
  external_network: '0c9a6a4e-58f6-4b0a-8a8d-3d0f6d1f0a01',
  external_subnet: '7b1c5c52-3f0f-4c63-9d55-1f6e7a2b3c02',
  network: '2f9d8f0e-6b75-4d8c-8a43-5b8b4c6d7e03',
  subnet: 'c4d0a1b2-93e4-4f5a-b6c7-8d9e0f1a2b04',
  router: '1f6c2a54-0d0f-4b0e-8d43-7a2c6e9b1f05',
  port: '9e8d7c6b-5a49-4382-9716-05f4e3d2c106',
  vpnservice: 'a2f0c5de-6b1d-4f7e-9a53-4f2b9d7c1e07',
  ikepolicy: '3c5b7a99-1d2e-4f30-8415-263748596a08',
  ipsecpolicy: 'd8e7f6a5-b4c3-4d2e-9f10-1a2b3c4d5e09',
  local_group: '6a5b4c3d-2e1f-4a0b-9c8d-7e6f5a4b3c10',
  peer_group: 'e1d2c3b4-a596-4877-b869-5a4b3c2d1e11',
  connection: '4b7f8e9d-0c1b-4a29-9384-756647382912',
  nothing: '0b1c2d3e-4f50-4617-8829-3a4b5c6d7e14',
  connection_event: '8c7b6a59-4837-4261-9504-f3e2d1c0b914',
  audit_event: '5d0e9f8a-1b2c-4d3e-8f40-516273849513',
  domain: '0d1c2b3a49585766a7b8c9d0e1f20314',
  own_project: '1e2d3c4b5a69788796a5b4c3d2e1f015',
  user: '2f3e4d5c6b7a89980716253443526116',
  role: '3a4f5e6d7c8b9a09182736455463721a',
  member_role: '4b5a6f7e8d9cab1a2938475665748317',
  service: '5c6b7a8f9eadbc2b3a49586776859418',
  endpoint: '6d7c8b9aafbecd3c4b5a69788796a519',
  application_credential: '7e8d9cabb0cfde4d5c6b7a8998a7b620',
} as const
