"""Members of one or several kinds, predicted together."""

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.svm import SVR

from models.portable import predict_members
from models.support_vectors import from_svr
from models.tree_ensemble import from_forest


def test_each_row_is_a_members_own_prediction():
    X = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    forest = from_forest(RandomForestRegressor(3, random_state=0).fit(X, X[:, 0]))
    vectors = from_svr(SVR().fit(X, X[:, 0]), np.zeros(2), np.ones(2), 0.0, 1.0)
    for models in ([forest, forest], [vectors, vectors], [forest, vectors]):
        together = predict_members(models, X)
        assert together.dtype == np.float32
        np.testing.assert_array_equal(together, [model.predict(X) for model in models])
