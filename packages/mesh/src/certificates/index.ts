export { type CertificateRequest, requestCertificate, type WorkloadCertificate } from './client.ts';
export { type CertificateGeneration, RotatingCertificate, type RotatingOptions } from './rotating.ts';
export { certificateService, type CertificateServiceOptions } from './service.ts';
