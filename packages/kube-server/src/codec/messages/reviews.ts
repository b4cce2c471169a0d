/** Questions to the API server that are not stored; notation in meta.ts. */
export const reviewMessages = `
TokenRequest
  1 metadata ObjectMeta
  2 spec TokenRequestSpec
  3 status status
TokenRequestSpec
  1 audiences []string
  3 boundObjectRef BoundObjectReference
  4 expirationSeconds int
BoundObjectReference
  1 kind string
  2 apiVersion string
  3 name string
  4 uid string
TokenReview
  1 metadata ObjectMeta
  2 spec TokenReviewSpec
  3 status status
TokenReviewSpec
  1 token string
  2 audiences []string
SelfSubjectReview
  1 metadata ObjectMeta
  2 status status
SubjectAccessReview
  1 metadata ObjectMeta
  2 spec SubjectAccessReviewSpec
  3 status status
LocalSubjectAccessReview
  1 metadata ObjectMeta
  2 spec SubjectAccessReviewSpec
  3 status status
SubjectAccessReviewSpec
  1 resourceAttributes ResourceAttributes
  2 nonResourceAttributes NonResourceAttributes
  3 user string
  4 groups []string
  - extra any
  6 uid string
SelfSubjectAccessReview
  1 metadata ObjectMeta
  2 spec SelfSubjectAccessReviewSpec
  3 status status
SelfSubjectAccessReviewSpec
  1 resourceAttributes ResourceAttributes
  2 nonResourceAttributes NonResourceAttributes
ResourceAttributes
  1 namespace string
  2 verb string
  3 group string
  4 version string
  5 resource string
  6 subresource string
  7 name string
  8 fieldSelector any
  9 labelSelector any
NonResourceAttributes
  1 path string
  2 verb string
SelfSubjectRulesReview
  1 metadata ObjectMeta
  2 spec SelfSubjectRulesReviewSpec
  3 status status
SelfSubjectRulesReviewSpec
  1 namespace string
`;
