import { render } from '../../model/render.ts'
import { ServiceProvider, serviceProviders } from '../../model/service-provider.ts'
import type { Handler } from '../handlers.ts'
import { fieldsOf } from './query.ts'

/** A list that never changes; it has no ids to filter or page by. */
export const listServiceProviders: Handler = {
  reads: async ({ dialect }, { query }) => ({
    service_providers: serviceProviders.map((each) => render(ServiceProvider, each, dialect, 'list', fieldsOf(query))),
  }),
}
