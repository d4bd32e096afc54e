import { createDocument } from 'zod-openapi';
import { PATHS } from './openapi-paths.ts';

/** The OpenAPI document, made of the schemas that validate: it cannot say anything else than what is checked. */

export const openApiDocument = createDocument({
  openapi: '3.1.0',
  info: {
    title: 'actual-jobs',
    version: '1',
    license: { name: 'MIT', identifier: 'MIT' },
    description:
      'Jobs for Actual Budget: sync, and category suggestions. Every error of ours is a problem document ' +
      '(RFC 9457) with a request id; unknown paths get 404, known ones with another method 405 and `Allow`. ' +
      "The gateway's own refusals keep its form: `{message}`.",
  },
  servers: [{ url: '/', description: 'Where this document comes from' }],
  security: [{ signature: [] }, { token: [] }],
  paths: PATHS,
  components: {
    securitySchemes: {
      signature: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'AWS Signature Version 4, service execute-api.',
        'x-amazon-apigateway-authtype': 'awsSigv4',
      },
      token: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'Instead of a signature, where the stack is configured for an issuer of tokens.',
      },
    },
  },
});
