"""What Tribute writes by mail: one function a letter, each as HTML and as text that says the same. Pure: nothing here sends or stores."""
